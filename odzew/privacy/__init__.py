"""What a person may ask of the firm about herself: to be given all we keep of her, and to be erased."""
