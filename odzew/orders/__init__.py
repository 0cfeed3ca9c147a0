"""What customers bought: a paid order owes each thing of it, until it is proven that it arrived (F26)."""
