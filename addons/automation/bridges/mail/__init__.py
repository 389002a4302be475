"""What automation adds where mail is enabled too: sending a mail, and asking somebody to do something."""
