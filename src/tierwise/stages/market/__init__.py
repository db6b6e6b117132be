"""The market and our place in it: is ABM the right motion here, where does the effort go, who reads as one, who agrees."""
