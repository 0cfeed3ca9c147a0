"""What programs tell us of orders and calls: kept first as it came, then done once (docs/adr/0047)."""
