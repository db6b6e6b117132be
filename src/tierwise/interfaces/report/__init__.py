"""The list as one HTML page that needs no network, and the words in which numbers are said."""
