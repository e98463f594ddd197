extension CISystem {
    /// A POSIX shell script for cron, or for any system that can start one.
    static let plainScript = #"""
        #!/bin/sh
        # Written by `reconcile init --ci plain`; it is yours to change. docs/ci.md of Slipway explains it.
        #
        #   ci/slipway.sh propose BRANCH   checks what is checked out as a proposal for BRANCH, and prints its plan
        #   ci/slipway.sh apply BRANCH     checks out the newest commit of BRANCH, and applies it
        #   ci/slipway.sh drift BRANCH     the same, and only says whether there is something to do (status 2)
        #
        # For cron: 7 * * * * cd /srv/slipway/repository && ci/slipway.sh apply main
        #
        # The record is a branch of the same repository (slipway/state); SLIPWAY_STATE names another place. Two that
        # apply at once do no harm: the second ends with status 5.
        set -eu

        usage() {
            sed -n 's/^#   //p' "$0" >&2
            exit 64
        }

        [ $# -eq 2 ] || usage
        branch=$2
        git check-ref-format "refs/heads/$branch" || usage
        export SLIPWAY_STATE="${SLIPWAY_STATE:-git}"

        fetch() { git fetch --quiet --tags origin "+refs/heads/$branch:refs/remotes/origin/$branch"; }

        # Only in a clone that nobody works in: what is not committed would be lost on the way, so it stops there.
        newest() {
            [ -z "$(git status --porcelain)" ] || {
                echo "slipway.sh: there are changes that are not committed" >&2
                exit 1
            }
            fetch
            git checkout --quiet --detach "refs/remotes/origin/$branch"
        }

        case $1 in
        propose)
            fetch
            reconcile validate --policy-ref "refs/remotes/origin/$branch"
            exec reconcile plan --against-ref "refs/remotes/origin/$branch" --output markdown
            ;;
        apply)
            newest
            exec reconcile apply --timeout 5h
            ;;
        drift)
            newest
            exec reconcile plan --detailed-exitcode
            ;;
        *) usage ;;
        esac

        """#
}
