namespace PantryChain.Rehearsal.Screen;

/// <summary>One line per happening, for logs and pipes. Thread safe.</summary>
internal sealed class PlainScreen(TextWriter output) : IScreen
{
    private readonly TextWriter _output = TextWriter.Synchronized(output);

    /// <inheritdoc />
    public void Tell(string line) => _output.WriteLine(line);

    /// <inheritdoc />
    public void Show(Figures figures)
    {
        // the happenings say it all
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _output.FlushAsync();
}
