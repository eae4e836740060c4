"""What runs when a stack is up: model servers, and the gateway in front of them."""
