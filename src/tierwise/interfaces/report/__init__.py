"""One run as one self-contained HTML file, on a phone and on paper."""
