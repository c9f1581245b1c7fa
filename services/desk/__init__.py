"""The desk: the staff's web pages. Owns accounts, browser sessions and saved views; asks the others for the rest."""
