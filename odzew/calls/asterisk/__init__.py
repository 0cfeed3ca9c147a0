"""An exchange with Asterisk: the desk listens to its manager interface, AMI (docs/adr/0044)."""
