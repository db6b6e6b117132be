"""Groups of accounts of bounded size that resemble each other: distance, exact assignment, medoids, and how many groups."""
