import YAML

extension DiagnosticPage {
    static let transfer: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW4030", "The state was moved",
            """
            The record went to another place, and this one was closed so that nobody goes on here by mistake: two
            records of the same runs could start each of them twice. Update `--state` or `SLIPWAY_STATE` where this one
            is still named.
            """),
        DiagnosticPage(
            "SLW4031", "The state to move to is not empty",
            """
            Two records cannot be joined, because both number versions and chain events in their own way.
            """),
        DiagnosticPage(
            "SLW4032", "A state cannot be moved to itself",
            """
            Both addresses lead to the same record, perhaps through a symbolic link or another way to write the same
            host.
            """),
        DiagnosticPage(
            "SLW4033", "Agents are at work on the state",
            """
            An agent that goes on writing to the old place would record into a state that nobody reads any more. Stop
            the agents, move, and start them with the new address.
            """),
        DiagnosticPage(
            "SLW4034", "The state has faults and was not moved",
            """
            A move checks the record first, so that damage is found while the original is still there.
            """),
        DiagnosticPage(
            "SLW4035", "Not everything arrived",
            """
            After copying, both records are compared row by row, and they differ. The old one is still the valid one.
            """),
    ]
}
