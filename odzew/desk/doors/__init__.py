"""How the doors of the desk fare: probes and outages on the screens of mailboxes and web forms."""
