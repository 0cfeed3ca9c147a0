"""Rules over what comes in: their order, one rule with its dry run, and what each has done."""
