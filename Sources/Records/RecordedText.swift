extension String {
    /// The text as it is recorded: with U+FFFD where it has U+0000, which PostgreSQL cannot store, so that a record is
    /// the same in every database.
    var recordable: String {
        utf8.contains(0) ? String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })) : self
    }
}
