import YAML

extension DiagnosticPage {
    static let python: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW5040", "The requirements file is not text",
            """
            pip's files are UTF-8. PowerShell's `pip freeze > requirements.txt` writes UTF-16.
            """),
        DiagnosticPage(
            "SLW5041", "A requirement is refused",
            """
            A requirements file can do more than name packages: include other files, name indexes, execute the set-up of
            a folder. In an image that is to be the same everywhere, only names and versions count; the index is the
            machine's own.
            """),
        DiagnosticPage(
            "SLW5042", "The requirements file names too many packages",
            """
            No environment has that many direct requirements; it is probably another file.
            """),
        DiagnosticPage(
            "SLW5043", "The source has no requirements file",
            """
            The job names a file that is not in its source, or that an ignore rule leaves out.
            """),
        DiagnosticPage(
            "SLW5044", "Not a version of Python",
            """
            Wheels are chosen for a minor version, written as `"3.11"` in quotes: without them YAML reads 3.10 as the
            number 3.1.
            """),
        DiagnosticPage(
            "SLW5045", "That version of Python is not installed",
            """
            The embedded builder asks an interpreter of the wanted version for its platform tags and for pip. The
            version must be on the agent's PATH.
            """),
        DiagnosticPage(
            "SLW5046", "The interpreter has no pip",
            """
            Debian and others package pip apart from Python.
            """),
        DiagnosticPage(
            "SLW5047", "A package has no wheel for this platform",
            """
            Only wheels are installed, because building a package from source executes its code and gives something else
            on every machine. The package may be misspelled, have wheels for other versions of Python only, or be on
            another index.
            """),
        DiagnosticPage(
            "SLW5048", "The package index cannot be reached",
            """
            pip could not get an answer. A proxy or a private index is configured in the machine's pip.conf, not in the
            job.
            """),
        DiagnosticPage(
            "SLW5049", "Pip failed",
            """
            pip ended with an error that has no message of its own; its last lines are in the notes.
            """),
        DiagnosticPage(
            "SLW5050", "Pip took too long",
            """
            The time limit keeps an agent from waiting for ever on a network that does not answer.
            """),
        DiagnosticPage(
            "SLW5051", "A tool cannot be started",
            """
            The program is there and the system did not start it.
            """),
        DiagnosticPage(
            "SLW5052", "A tool's answer cannot be read",
            """
            The tool is of a version that answers in another form.
            """),
        DiagnosticPage(
            "SLW5160", "A package is not the one that was locked",
            """
            The lock has the digest of the file that was there when it was made, and the index now gives another file
            for the same version. An index may do that by mistake; it is also how a package is replaced by a hostile
            one.
            """),
        DiagnosticPage(
            "SLW5161", "The lock is incomplete",
            """
            With one digest in the file pip wants digests for all packages, those that others need included. A file that
            was completed by hand often lacks them.
            """),
        DiagnosticPage(
            "SLW5162", "A wheel is refused",
            """
            The wheel wants to put files where a package has no business, or contradicts itself. It is not unpacked.
            """),
        DiagnosticPage(
            "SLW5163", "A wheel is damaged",
            """
            The file cannot be unpacked: it was truncated on its way, or the cache is damaged.
            """),
        DiagnosticPage(
            "SLW5164", "The packages unpack to too much",
            """
            A small wheel can unpack to any size. The limit keeps one package from filling the disk.
            """),
        DiagnosticPage(
            "SLW5165", "A TOML file cannot be read",
            """
            `pyproject.toml` or `uv.lock` breaks a rule of TOML; the place is in the message.
            """),
        DiagnosticPage(
            "SLW5166", "The project declares no dependencies",
            """
            Dependencies are read from the table `[project]`, which is where the standard has them. Older projects keep
            them in `setup.py` or in a table of their tool's.
            """),
        DiagnosticPage(
            "SLW5167", "The project's dependencies are dynamic",
            """
            `dynamic = ["dependencies"]` means that a build backend computes them, and executing one would give
            something else on every machine.
            """),
        DiagnosticPage(
            "SLW5168", "The project wants another Python",
            """
            `requires-python` and the version that the image is built for exclude each other.
            """),
        DiagnosticPage(
            "SLW5169", "A package comes from elsewhere than an index",
            """
            A path, a URL or a Git address leads to something that can change or vanish, and has to be built. Publish a
            wheel, or put the code into the source.
            """),
        DiagnosticPage(
            "SLW5170", "The uv.lock cannot be used",
            """
            The file is of another version, or lacks what is needed to choose and verify wheels.
            """),
        DiagnosticPage(
            "SLW5171", "A locked package has no wheel for this platform",
            """
            The lock was made on another platform or for another Python, and none of its files fits here. Packages are
            never built from source.
            """),
        DiagnosticPage(
            "SLW5172", "The lock is stale",
            """
            The requirements or the platform changed after the lock was made. What it pins is not what the job asks for
            any more.
            """),
        DiagnosticPage(
            "SLW5173", "The lock was edited",
            """
            The file has a lock's name and cannot be read as one. Locks are generated and not edited: change the
            requirements, and lock again.
            """),
        DiagnosticPage(
            "SLW5174", "The lock is another tool's",
            """
            A file stands where the lock would be and was not written by `reconcile lock`. It is not replaced, since it
            may be needed.
            """),
    ]
}
