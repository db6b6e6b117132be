"""The list as one HTML page that needs no network and no script, and the words in which numbers are said.

A chapter answers one question. It is three things of one name:

- a module `chapters/ROOM/NAME.py` with a function `read(listing)`. It reads rows of the published list
  (`listing.rows("waste")`) and returns a frozen dataclass with `answer`: one sentence, text in `backticks` is code.
  With nothing to show the answer says what to do next. No decisions here: steps decide, chapters say;
- a template `NAME.html.j2` beside it, which is given that object as `it` and draws picture, then table. The answer, the
  heading and the line in the contents are written for it. `parts.html.j2` has the tables, the folds and the cells;
- a line in `contents.py`: anchor, heading, `read`.

A list that was made before Tierwise had a table says so in its chapter; the others stand. `charts.py` and `curves.py` are
geometry without words, `wording.py` words without geometry, `page.py` puts them together.
"""
