import YAML

extension DiagnosticPage {
    static let policies: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW8050", "The commit is not signed by anybody whose signature counts",
            """
            The policy of what is trusted wants the commit itself signed, with a key that it lists. A signature of
            another key, an expired one, and GitHub's own on merges that it makes all do not count unless they are
            listed. The note has what Git said.
            """),
        DiagnosticPage(
            "SLW8051", "There is no signed tag on the commit",
            """
            The policy wants a signed tag that points to this very commit. A lightweight tag carries no signature, and
            CI systems do not fetch tags by themselves.
            """),
        DiagnosticPage(
            "SLW8052", "The working tree is not what was signed",
            """
            A signature covers a commit and nothing beside it. Files that differ from the commit, or that it does not
            hold, would be applied without anybody having signed them.
            """),
        DiagnosticPage(
            "SLW8053", "There is no commit that could be signed",
            """
            Only what is signed may be applied, and here there is no commit at all.
            """),
        DiagnosticPage(
            "SLW8060", "The policies of the target branch cannot be read",
            """
            A proposal is judged by the policies of the branch that it is for, not by its own, since it could change
            them. That branch is not here; fetch it first.
            """),
        DiagnosticPage(
            "SLW8061", "Not the name of a branch to judge by",
            """
            The name would be read by Git as an option or a range. Give the name of a branch.
            """),
        DiagnosticPage(
            "SLW8062", "The target branch's policies are invalid",
            """
            The manifests of the trusted branch that are policies, or could be one, have mistakes. As long as it is not
            known what they say, nothing is allowed.
            """),
        DiagnosticPage(
            "SLW8063", "A recorded policy cannot be read",
            """
            A policy was recorded by a version of Slipway whose fields this one does not know, or its record is damaged.
            Nothing is allowed, because it might have been denied.
            """),
        DiagnosticPage(
            "SLW8064", "Who changed what is not known",
            """
            The policy says who may change something, and the commits in between could not be listed. A shallow clone is
            the usual cause: it lacks the commits since what is trusted.
            """),
        DiagnosticPage(
            "SLW8065", "Too many commits to look at",
            """
            Each commit since what is trusted has to be looked at for what it changed. So many mean that the base is the
            wrong one, or that the branch has not been merged for very long.
            """),
        DiagnosticPage(
            "SLW8066", "Signatures cannot be checked on this machine",
            """
            Checking OpenPGP signatures needs GnuPG, and keys in the form that it exports. As long as a signature cannot
            be checked, it does not count.
            """),
    ]
}
