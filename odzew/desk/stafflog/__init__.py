"""The staff log: who did what at the desk."""
