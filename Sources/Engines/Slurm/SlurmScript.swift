/// The batch script of an attempt: Slurm runs it on the first of the job's nodes.
///
/// The texts, one for commands among their image's files and one for those in a container, are constant. What a
/// manifest says arrives as arguments, which Slurm hands on as they are, and as variables under names that neither
/// Slurm nor a shell knows, so that none of them means anything to `sbatch`, to the node's daemon or to this script
/// (`LD_PRELOAD` in a manifest is for the command, not for `sbatch`).
enum SlurmScript {
    /// What the variables of a command are called until the command starts.
    static let prefix = "SLIPWAY_ENV_"

    /// Variables that a shell may hold for its own and not let be set: `/bin/sh` is bash on many clusters.
    static let readOnly: Set<String> = ["BASHOPTS", "BASH_VERSINFO", "EUID", "SHELLOPTS", "UID"]

    /// The statuses with which the script stands back, and why.
    static let reasons: [Int32: String] = [
        72: "the node does not see the attempt's folder: it has to be on a file system that the cluster's nodes share",
        73: "it was submitted for an attempt that has been submitted anew since",
        74: "the attempt was taken or sealed before",
        75: "the attempt's folder cannot be written from the node",
        76: "`ch-run` is not on the PATH of the node, which is that of the agent: install Charliecloud there",
        77: "the node's kernel gives nobody a user namespace of his own (user.max_user_namespaces), as `ch-run` needs",
    ]

    /// For each task of the array, or for the only one, the arguments are: how many words follow for it, the attempt's
    /// folder, what its last intent to submit was marked with, the names of the command's variables, the working
    /// directory, the command. The words of other tasks are dropped first, and with them their variables: one run does
    /// not see another's secrets.
    ///
    /// - `set -C` makes `> pid` create the file or fail: of two jobs of one attempt, one goes on. A job that Slurm put
    ///   back into its queue may take what it took itself before, unless the command had ended by then.
    /// - A name is nothing but letters, digits and `_`, so that the text that `eval` gets is one of an assignment.
    /// - `LC_ALL` is what Slurm's commands are called with, so that they can be understood; it is not the command's.
    /// - What Slurm says of devices is true of this node; what the submitter's machine said of its own is not.
    static let text = opening + claiming + exporting + ending

    /// The same for a command in a container: of the arguments, the working directory is `/`, and what follows it are
    /// arguments of `ch-run`.
    ///
    /// `ch-run` is looked for on the agent's PATH, before anything of the job could say where. It gets the job's
    /// variables by their other names, and hands on what they hold under their own: a value is on no command line, and
    /// none of them means anything to `ch-run` itself. What else the node has in its environment, it does not hand on,
    /// but for what Slurm says of the job.
    static let textInContainer = opening + finding + claiming + handing + ending

    private static let opening = """
        #!/bin/sh
        drop_task() {
            case $3 in *[!A-Za-z0-9_\\ ]*) exit 75 ;; esac
            for SLIPWAY_NAME in $3; do unset "\(prefix)${SLIPWAY_TASK}_$SLIPWAY_NAME"; done
        }
        SLIPWAY_TASK=0
        while [ "$SLIPWAY_TASK" -lt "${SLURM_ARRAY_TASK_ID:-0}" ]; do
            drop_task "$2" "$3" "$4"
            shift $(($1 + 1)) || exit 75
            SLIPWAY_TASK=$((SLIPWAY_TASK + 1))
        done
        SLIPWAY_OWN=$SLIPWAY_TASK
        SLIPWAY_COUNT=$1
        shift
        SLIPWAY_REST=$(($# - SLIPWAY_COUNT))
        while [ "$SLIPWAY_COUNT" -gt 0 ]; do
            set -- "$@" "$1"
            shift
            SLIPWAY_COUNT=$((SLIPWAY_COUNT - 1))
        done
        while [ "$SLIPWAY_REST" -gt 0 ]; do
            SLIPWAY_TASK=$((SLIPWAY_TASK + 1))
            drop_task "$2" "$3" "$4"
            SLIPWAY_REST=$((SLIPWAY_REST - $1 - 1))
            shift $(($1 + 1)) || exit 75
        done
        unset -f drop_task
        unset LC_ALL
        cd "$1" || exit 72
        read -r SLIPWAY_MARK < slurm.intent || exit 72
        [ "$SLIPWAY_MARK" = "$2" ] || exit 73

        """

    /// Of such a file a shell may get the first digit only, and no line break: it reads byte by byte, which the kernel
    /// takes for several readers.
    private static let finding = """
        SLIPWAY_RUNTIME=$(command -v ch-run)
        case $SLIPWAY_RUNTIME in /*) ;; *) exit 76 ;; esac
        SLIPWAY_COUNT=0
        read -r SLIPWAY_COUNT < /proc/sys/user/max_user_namespaces
        case $SLIPWAY_COUNT in [1-9]*) ;; *) exit 77 ;; esac

        """

    private static let claiming = """
        exec >> supervisor.log 2>&1
        SLIPWAY_ID=${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID}
        SLIPWAY_ID=${SLIPWAY_ID:-$SLURM_JOB_ID}
        SLIPWAY_CLAIM="slurm $SLIPWAY_ID ${SLURM_RESTART_COUNT:-0} $$ ${SLURMD_NODENAME:--} $SLIPWAY_MARK"
        set -C
        if ! printf '%s\\n' "$SLIPWAY_CLAIM" > pid; then
            read -r SLIPWAY_WORD SLIPWAY_HOLDER SLIPWAY_COUNT SLIPWAY_REST < pid || exit 74
            [ "$SLIPWAY_WORD $SLIPWAY_HOLDER" = "slurm $SLIPWAY_ID" ] || exit 74
            [ "$SLIPWAY_COUNT" -lt "${SLURM_RESTART_COUNT:-0}" ] || exit 74
            SLIPWAY_STATUS=255
            [ ! -e exit ] || read -r SLIPWAY_STATUS < exit || exit 75
            [ "$SLIPWAY_STATUS" -gt 128 ] || exit 74
            rm -f exit && printf '%s\\n' "$SLIPWAY_CLAIM" >| pid || exit 75
        fi
        set +C

        """

    /// In a loop over names: goes on with the next where Slurm has set a variable, and knows better.
    private static let keepingDevices = """
        case $SLIPWAY_NAME in
            *_VISIBLE_DEVICES | GPU_DEVICE_ORDINAL | ZE_AFFINITY_MASK)
                eval "SLIPWAY_VALUE=\\${$SLIPWAY_NAME+x}"
                [ -z "$SLIPWAY_VALUE" ] || continue
                ;;
            esac
        """

    private static let exporting = """
        SLIPWAY_NAMES=$3
        shift 3
        case $SLIPWAY_NAMES in *[!A-Za-z0-9_\\ ]*) exit 75 ;; esac
        for SLIPWAY_NAME in $SLIPWAY_NAMES; do
            \(keepingDevices)
            eval "SLIPWAY_VALUE=\\$\(prefix)${SLIPWAY_OWN}_$SLIPWAY_NAME"
            export "$SLIPWAY_NAME=$SLIPWAY_VALUE"
        done
        for SLIPWAY_NAME in $SLIPWAY_NAMES; do unset "\(prefix)${SLIPWAY_OWN}_$SLIPWAY_NAME"; done

        """

    /// It cannot do without a `USER`, whatever that is.
    private static let handing = """
        SLIPWAY_NAMES=$3
        shift 4
        case $SLIPWAY_NAMES in *[!A-Za-z0-9_\\ ]*) exit 75 ;; esac
        for SLIPWAY_NAME in $SLIPWAY_NAMES; do
            \(keepingDevices)
            set -- "--set-env=$SLIPWAY_NAME=\\$\(prefix)${SLIPWAY_OWN}_$SLIPWAY_NAME" "$@"
        done
        set -- / "$SLIPWAY_RUNTIME" --unset-env=USER "$@"
        unset HOME LOGNAME SHELL TMPDIR TZ SLIPWAY_RUNTIME
        USER=slipway
        export USER

        """

    private static let ending = """
        unset SLIPWAY_MARK SLIPWAY_CLAIM SLIPWAY_WORD SLIPWAY_HOLDER SLIPWAY_COUNT SLIPWAY_REST SLIPWAY_NAMES
        unset SLIPWAY_NAME SLIPWAY_VALUE SLIPWAY_TASK SLIPWAY_OWN SLIPWAY_ID
        \(Supervisor.execution)
        exit "$SLIPWAY_STATUS"

        """
}
