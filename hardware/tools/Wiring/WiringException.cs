namespace PantryChain.Wiring;

/// <summary>A wiring that would not work or would burn something; the message names file, line and fix.</summary>
public sealed class WiringException : Exception
{
    /// <summary>An error at one line of one file.</summary>
    public WiringException(string file, int line, string message)
        : base($"{file}:{line}: {message}") => (File, Line) = (file, line);

    /// <summary>The file's name without its folder.</summary>
    public string File { get; }

    /// <summary>The line, from 1.</summary>
    public int Line { get; }
}
