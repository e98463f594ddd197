/// The options of `sbatch` that a queue's `config` may hold, by their long names.
public enum SlurmOptions {
    /// What says how much of the cluster a job gets, where and when. None of them names a file or a program.
    public static let allowed: Set<String> = [
        "account", "batch", "begin", "cluster-constraint", "constraint", "contiguous", "core-spec", "cores-per-socket",
        "cpu-freq", "cpus-per-gpu", "cpus-per-task", "deadline", "delay-boot", "distribution", "exclude", "exclusive",
        "extra-node-info", "gpu-bind", "gpu-freq", "gpus", "gpus-per-node", "gpus-per-socket", "gpus-per-task", "gres",
        "gres-flags", "hint", "licenses", "mail-type", "mail-user", "mem", "mem-bind", "mem-per-cpu", "mem-per-gpu",
        "mincpus", "network", "nice", "nodelist", "nodes", "ntasks", "ntasks-per-core", "ntasks-per-gpu",
        "ntasks-per-node", "ntasks-per-socket", "overcommit", "oversubscribe", "partition", "prefer", "priority",
        "qos", "requeue", "reservation", "segment", "signal", "sockets-per-node", "spread-job", "switches",
        "thread-spec", "threads-per-core", "time", "time-min", "tmp", "tres-bind", "tres-per-task", "use-min-nodes",
        "wait-all-nodes", "wckey",
    ]

    /// What Slipway sets itself, or what would keep it from knowing its jobs again, with how it is done instead.
    static let own: [String: String] = [
        "array": "runs that come together are an array by themselves",
        "chdir": "the command starts where its image says",
        "clusters": "a queue is for one cluster: `settings.conf` says which",
        "comment": "it carries the identity of the attempt",
        "container": "the command runs among the image's files",
        "dependency": "runs wait for each other by `needs`",
        "error": "it is the attempt's stderr.log",
        "export": "the variables of a command are its job's `env`",
        "export-file": "the variables of a command are its job's `env`",
        "hold": "`suspend: true` holds a queue",
        "input": "a command reads nothing",
        "job-name": "it carries the identity of the attempt",
        "no-requeue": "it is so without `requeue: true`",
        "open-mode": "logs are the attempt's own",
        "output": "it is the attempt's stdout.log",
        "parsable": "it is so always",
        "quiet": "Slipway reads what `sbatch` says",
        "test-only": "`doctor` does that",
        "verbose": "Slipway reads what `sbatch` says",
        "wait": "Slipway waits itself",
        "wrap": "the command is the job's",
    ]

    /// What would let a job be somebody else's, or change its machine.
    static let dangerous: Set<String> = [
        "bb", "bbf", "burst-buffer", "get-user-env", "gid", "ignore-pbs", "kill-on-invalid-dep", "power", "propagate",
        "reboot", "uid",
    ]
}
