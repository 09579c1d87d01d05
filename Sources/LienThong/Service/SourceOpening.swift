internal import Capture
internal import Contracts
internal import Operating

/// Makes the source that a configuration describes; nothing is connected yet.
enum SourceOpening {
    static func open(_ composition: Composition) throws(Trouble) -> DatabaseSource {
        let source = composition.configuration.source
        guard source.isPostgres else {
            return DatabaseSource.sqlite(composition.profile, path: source.connection)
        }
        return DatabaseSource.postgres(
            composition.profile, conninfo: place(composition),
            acceptsHiddenRows: source.acceptsHiddenRows)
    }

    /// Everything that the daemon would ask of it, to be carried out once.
    static func trial(_ composition: Composition) -> SourceTrial {
        composition.configuration.source.isPostgres
            ? SourceTrial.postgres(
                composition.profile, conninfo: place(composition),
                acceptsHiddenRows: composition.configuration.source.acceptsHiddenRows)
            : SourceTrial.sqlite(
                composition.profile, path: composition.configuration.source.connection)
    }

    /// The connection string with its password, or the file.
    static func place(_ composition: Composition) -> String {
        var conninfo = composition.configuration.source.connection
        if composition.configuration.source.isPostgres, let password = composition.sourcePassword {
            conninfo += " password='\(escaped(password.value))'"
        }
        return conninfo
    }

    /// libpq's quoting of a value in a connection string.
    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value {
            if character == "'" || character == "\\" { text.append("\\") }
            text.append(character)
        }
        return text
    }
}
