"""Reading within limits: a child process that parses (`child`), and who asks it (`reader`)."""
