"""The spine: the order of the steps, and what runs, plans, applies and explains them."""
