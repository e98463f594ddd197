extension CISystem {
    /// A workflow for GitHub Actions.
    ///
    /// Values of an event never stand in a shell's text: the runner's own variables and `env` hold them.
    static let githubWorkflow = #"""
        # Written by `reconcile init --ci github`; it is yours to change. docs/ci.md of Slipway explains it.
        #
        # A pull request is validated and planned from its files alone, without the record and without secrets. What is
        # merged is applied. The record is a branch of this repository (slipway/state).
        name: slipway

        on:
          pull_request:
          push:
            branches-ignore: ["slipway/**"]
          schedule:
            - cron: "17 * * * *"

        permissions: {}

        jobs:
          propose:
            if: github.event_name == 'pull_request'
            runs-on: [self-hosted, slipway]
            timeout-minutes: 15
            permissions:
              contents: read
              pull-requests: write # for the comment
            concurrency:
              group: slipway-propose-${{ github.event.pull_request.number }}
              cancel-in-progress: true
            steps:
              - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
                with:
                  ref: ${{ github.event.pull_request.head.sha }} # what was signed, not GitHub's merge of it
                  fetch-depth: 0
                  persist-credentials: false
              - name: Validate, by the policy of the target branch
                run: reconcile validate --output github # annotates the lines of the pull request
              - name: Plan
                run: |
                  reconcile plan --against-ref "origin/$GITHUB_BASE_REF" --output markdown >"$RUNNER_TEMP/plan.md"
              - name: Show the plan in one comment
                # Pull requests from forks may not write; their plan is in the summary of this job.
                if: ${{ !cancelled() && github.event.pull_request.head.repo.full_name == github.repository }}
                env:
                  NUMBER: ${{ github.event.pull_request.number }}
                  TOKEN: ${{ github.token }}
                run: |
                  plan="$RUNNER_TEMP/plan.md"
                  [ -s "$plan" ] || exit 0
                  # The token goes into a file, since a command's arguments can be seen by all on the machine.
                  umask 077
                  header="$RUNNER_TEMP/slipway-header"
                  trap 'rm -f "$header"' EXIT
                  printf 'Authorization: Bearer %s\n' "$TOKEN" >"$header"
                  ask() { curl --fail --silent --show-error --max-time 60 --header "@$header" "$@"; }
                  comments="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues"
                  marker='<!-- slipway: the plan of this pull request -->'
                  jq --null-input --rawfile plan "$plan" --arg marker "$marker" \
                    '{body: ($marker + "\n" + $plan)}' >"$RUNNER_TEMP/comment.json"
                  page=1
                  id=
                  while [ -z "$id" ] && [ "$page" -le 20 ]; do
                    found="$(ask "$comments/$NUMBER/comments?per_page=100&page=$page")"
                    id="$(printf '%s' "$found" | jq --raw-output --arg marker "$marker" \
                      'map(select((.body | startswith($marker)) and .user.type == "Bot")) | .[0].id // empty')"
                    [ "$(printf '%s' "$found" | jq length)" -eq 100 ] || break
                    page=$((page + 1))
                  done
                  if [ -n "$id" ]; then
                    ask --request PATCH --data "@$RUNNER_TEMP/comment.json" "$comments/comments/$id" >/dev/null
                  else
                    ask --data "@$RUNNER_TEMP/comment.json" "$comments/$NUMBER/comments" >/dev/null
                  fi

          apply:
            if: github.event_name == 'push' && github.ref_name == github.event.repository.default_branch
            runs-on: [self-hosted, slipway]
            timeout-minutes: 350
            permissions:
              contents: write # for the branch with the record
            # One at a time. A newer one waits and takes the place of those that wait; none is cut off.
            concurrency:
              group: slipway-apply
              cancel-in-progress: false
            env:
              SLIPWAY_STATE: git
            steps:
              - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
                with:
                  fetch-depth: 0
              - name: Apply
                run: reconcile apply --timeout 5h

          drift:
            if: github.event_name == 'schedule'
            runs-on: [self-hosted, slipway]
            timeout-minutes: 15
            permissions:
              contents: read
            env:
              SLIPWAY_STATE: git
            steps:
              - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
                with:
                  fetch-depth: 0
              - name: Compare the record with what is there
                # Fails (status 2) where there is something to do, so that somebody is told.
                run: reconcile plan --detailed-exitcode

        """#
}
