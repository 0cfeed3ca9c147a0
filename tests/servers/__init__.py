"""Real servers on loopback: PostgreSQL, Dovecot, Exim, each in a folder and on ports of its own."""
