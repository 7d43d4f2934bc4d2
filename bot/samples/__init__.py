"""Sample comments on local news, 40 in German and 40 in English, about every sixth of them an insult or a threat."""
