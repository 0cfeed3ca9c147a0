"""Small tools without any rule of the product."""
