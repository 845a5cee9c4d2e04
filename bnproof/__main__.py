"""`python -m bnproof`"""

import sys

from bnproof.cli import main

sys.exit(main())
