# Read by ./run and ./test (POSIX sh): makes .venv and installs what setup.cfg names, only when it changed since the last time.

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# python_for_venv: prints a python that is new enough and can make a virtual environment.
python_for_venv() {
    found=""
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        found=yes
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        "$candidate" -c 'import ensurepip, venv' 2>/dev/null ||
            fail "The Debian package python3-venv is missing: install it with 'apt-get install python3-venv'."
        printf '%s\n' "$candidate"
        return
    done
    [ -n "$found" ] || fail "Python is missing: install the Debian packages python3 and python3-venv."
    fail "$(python3 --version 2>&1) is too old: Testimony Archive needs Python 3.11 or newer."
}

# install WHAT: WHAT is '.' or '.[test]'; an installation with the test tools serves for both.
install() {
    now="$(cksum <setup.cfg) $(cksum <pyproject.toml) $PWD"
    for stamp in .venv/installed-.test .venv/installed-.; do
        if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then
            case "$stamp,$1" in *.test,* | *-.,.) return ;; esac
        fi
    done
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        python="$(python_for_venv)" || exit 1
        say "Making .venv with $("$python" --version)."
        rm -rf .venv
        "$python" -m venv .venv || fail "The virtual environment .venv could not be made."
    fi
    say "Installing what setup.cfg names into .venv (some minutes the first time)."
    # warnings of packages that are built are nobody's news here: what pip says is shown only when it fails
    .venv/bin/python -m pip install --disable-pip-version-check --editable "$1" >.venv/installing.log 2>&1 ||
        { cat .venv/installing.log >&2; fail "The packages could not be installed: the reason stands above."; }
    printf '%s\n' "$now" >".venv/installed-$(printf '%s' "$1" | tr -d '[]')"
}
