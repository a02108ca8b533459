namespace PantryChain.Gateway.Commands;

/// <summary>A talk with whoever sits at the terminal; with piped input the answers are read from it, and its end is said as such.</summary>
internal sealed class Prompt(TextReader input, TextWriter output, bool isTerminal)
{
    /// <summary>The person at this process's console.</summary>
    public static Prompt Console(TextWriter output) => new(System.Console.In, output, !System.Console.IsInputRedirected && !System.Console.IsOutputRedirected);

    /// <summary>True for a person, who sees a line change; false for a pipe or a file.</summary>
    public bool IsTerminal => isTerminal;

    /// <summary>Says a line.</summary>
    public void Say(string what) => output.WriteLine(what);

    /// <summary>Replaces the line that is being shown; nothing where lines cannot be replaced.</summary>
    public void Show(string what)
    {
        if (isTerminal)
            output.Write("\r\e[K" + what); // ECMA-48: CSI K erases to the end of the line
    }

    /// <summary>Waits for Enter while <paramref name="live"/> is shown over and over.</summary>
    /// <exception cref="Configuration.UserError">The input ended.</exception>
    public async Task WaitEnterAsync(string what, Func<Task<string>> live, CancellationToken stop)
    {
        Say(what);
        await ReadAsync(live, stop);
    }

    /// <summary>Asks a question; the answer without blanks around it.</summary>
    /// <exception cref="Configuration.UserError">The input ended.</exception>
    public async Task<string> AskAsync(string what, CancellationToken stop)
    {
        output.Write(what + " ");
        return await ReadAsync(null, stop);
    }

    private async Task<string> ReadAsync(Func<Task<string>>? live, CancellationToken stop)
    {
        // A console cannot be read with a cancellation; the read is left alone when somebody presses Ctrl-C.
        Task<string?> line = Task.Run(input.ReadLine, stop);
        while (live is not null && isTerminal && !line.IsCompleted)
        {
            Show(await live());
            await Task.WhenAny(line, Task.Delay(250, stop));
            stop.ThrowIfCancellationRequested();
        }
        string? answer = await line.WaitAsync(stop);
        if (!isTerminal)
            output.WriteLine();
        return answer?.Trim() ?? throw new Configuration.UserError("The input ended before the last answer. Nothing was kept; answer every question, or give --yes.");
    }
}
