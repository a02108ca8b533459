using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using PantryChain.Domain.Identity;

namespace PantryChain.Ui.Hosting;

/// <summary>One line a message, as the framework's own single line, but that no word of a store, node, relay or browser can write a second line or steer a terminal.</summary>
public sealed class LineFormatter(IOptions<ConsoleFormatterOptions> options) : ConsoleFormatter(Name)
{
    /// <summary>Its name among the formatters.</summary>
    public new const string Name = "line";

    /// <inheritdoc />
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string time = TimeProvider.System.GetLocalNow().ToString(options.Value.TimestampFormat, CultureInfo.InvariantCulture);
        string message = $"{logEntry.Formatter(logEntry.State, logEntry.Exception)} {logEntry.Exception}".TrimEnd();
        textWriter.WriteLine($"{time}{LevelOf(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] {Foreign.Plain(message.ReplaceLineEndings(" "), lines: false)}");
    }

    private static string LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}

/// <summary>How both hosts log.</summary>
public static class LineLog
{
    /// <summary>Logs to the console, one line a message.</summary>
    /// <param name="logging">The host's log.</param>
    /// <param name="time">Format of the time in front.</param>
    public static ILoggingBuilder AddLines(this ILoggingBuilder logging, string time)
    {
        logging.ClearProviders().AddConsole(console => console.FormatterName = LineFormatter.Name);
        return logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>(line => line.TimestampFormat = time);
    }
}
