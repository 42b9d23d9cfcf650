"""English days by the name of their month: 10/11/2026 is another day in Europe than in America. Hours as in Chinese."""

SHORT_DATE_FORMAT = "N j, Y"
SHORT_DATETIME_FORMAT = DATETIME_FORMAT = "N j, Y, H:i"
TIME_FORMAT = "H:i"
