extension CISystem {
    /// A pipeline for GitLab CI. Its variables reach the shell as environment, and are only ever used in quotes.
    static let gitlabPipeline = #"""
        # Written by `reconcile init --ci gitlab`; it is yours to change. docs/ci.md of Slipway explains it.
        #
        # A merge request is validated and planned from its files alone, without the record. What is merged is applied.
        # The record is a branch of this repository (slipway/state).
        stages: [propose, apply]

        default:
          tags: [slipway]

        variables:
          GIT_DEPTH: "0"

        propose:
          stage: propose
          rules:
            - if: $CI_PIPELINE_SOURCE == "merge_request_event"
          interruptible: true
          timeout: 15 minutes
          script:
            - |
              base="$CI_MERGE_REQUEST_TARGET_BRANCH_NAME"
              git fetch --quiet origin "+refs/heads/$base:refs/remotes/origin/$base"
              # Shown at the lines of the merge request; in the log as text.
              reconcile validate --output gitlab-codequality >codequality.json || [ $? -eq 3 ]
              reconcile validate
              reconcile plan --against-ref "origin/$base" --output gitlab-terraform >plan.json
              reconcile plan --against-ref "origin/$base" --output markdown >plan.md
            - |
              # One note for each merge request. It takes a token that may write notes, which job tokens may not.
              [ -n "${SLIPWAY_COMMENT_TOKEN:-}" ] || exit 0
              # The token goes into a file, since a command's arguments can be seen by all on the machine.
              umask 077
              header="$(mktemp)"
              trap 'rm -f "$header"' EXIT
              printf 'PRIVATE-TOKEN: %s\n' "$SLIPWAY_COMMENT_TOKEN" >"$header"
              ask() { curl --fail --silent --show-error --max-time 60 --header "@$header" "$@"; }
              notes="$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes"
              marker='<!-- slipway: the plan of this merge request -->'
              { printf '%s\n' "$marker"; cat plan.md; } >note.md
              me="$(ask "$CI_API_V4_URL/user" | jq .id)"
              page=1
              id=
              while [ -z "$id" ] && [ "$page" -le 20 ]; do
                found="$(ask "$notes?per_page=100&page=$page")"
                id="$(printf '%s' "$found" | jq --raw-output --arg marker "$marker" --argjson me "$me" \
                  'map(select((.body | startswith($marker)) and .author.id == $me)) | .[0].id // empty')"
                [ "$(printf '%s' "$found" | jq length)" -eq 100 ] || break
                page=$((page + 1))
              done
              if [ -n "$id" ]; then
                ask --request PUT --data-urlencode "body@note.md" "$notes/$id" >/dev/null
              else
                ask --data-urlencode "body@note.md" "$notes" >/dev/null
              fi
          artifacts:
            when: always # also where validating has failed
            reports:
              codequality: codequality.json
              terraform: plan.json

        findings:
          # What merge requests compare theirs with, to show what they add and what they mend.
          stage: propose
          rules:
            - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
          timeout: 15 minutes
          script:
            - reconcile validate --output gitlab-codequality >codequality.json || [ $? -eq 3 ]
          artifacts:
            reports:
              codequality: codequality.json

        apply:
          stage: apply
          rules:
            - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
          # One at a time, and none is cut off by a newer one.
          resource_group: slipway
          interruptible: false
          timeout: 5 hours 30 minutes
          variables:
            SLIPWAY_STATE: git
          script:
            - reconcile apply --timeout 5h

        drift:
          stage: apply
          rules:
            - if: $CI_PIPELINE_SOURCE == "schedule" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
          timeout: 15 minutes
          variables:
            SLIPWAY_STATE: git
          script:
            # Fails (status 2) where there is something to do, so that somebody is told.
            - reconcile plan --detailed-exitcode

        """#
}
