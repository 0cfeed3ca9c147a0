"""What staff does enters the staff log where the addresses are declared; odzew/desk/stafflog shows it."""
