"""`python -m archive_app.cli`: the same as `archive-app`, without a start-up script whose first line cannot hold a space."""

import sys

from archive_app.cli import main

if __name__ == "__main__":
    sys.exit(main())
