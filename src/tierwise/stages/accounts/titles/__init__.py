"""Job titles: what people do and how high they stand, read from the words in seven languages."""
