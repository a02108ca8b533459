using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using PantryChain.Ui.Hosting;

namespace PantryChain.Ui.Tests;

/// <summary>What hosts and commands write, whoever's words are in it.</summary>
public sealed class PlainOutputSpecs
{
    [Fact]
    public void Nothing_that_a_command_prints_steers_the_terminal()
    {
        using StringWriter terminal = new();
        using PlainWriter output = new(terminal);

        output.WriteLine("first\u001b[2J");
        output.Write('\u0007');
        output.Write("second".AsSpan());
        output.WriteLine($" {"\u202e"} {1}");
        output.Write(['a', '\u009b', 'b'], 0, 3);
        output.WriteLine();

        terminal.ToString().Should().Be("first?[2J\n?second ? 1\na?b\n");
    }

    [Fact]
    public void A_message_is_one_line_of_the_log_whatever_words_are_in_it()
    {
        using StringWriter log = new();
        LineFormatter formatter = new(Options.Create(new ConsoleFormatterOptions { TimestampFormat = "HH " }));
        LogEntry<string> entry = new(LogLevel.Warning, "Pantry", new EventId(7), "a\r\nfail: Pantry[0] forged\u001b[31m", new InvalidOperationException("b\nc"), (said, _) => said);

        formatter.Write(entry, null, log);

        log.ToString().Should().MatchRegex("^[0-9]{2} warn: Pantry\\[7\\] a fail: Pantry\\[0\\] forged\\?\\[31m System.InvalidOperationException: b c\\n$");
    }
}
