using System.Text;
using Microsoft.Extensions.Logging;

namespace PantryChain.Tests;

/// <summary>Bodies that a form's route gets and that are no forms.</summary>
internal static class BadForms
{
    /// <summary>All that were ever found to matter: a part without its end, another media type, more fields than any page has, text that is none.</summary>
    public static IEnumerable<(string Name, ByteArrayContent Body)> All()
    {
        yield return ("multipart without end", Body("x", "multipart/form-data; boundary=x"));
        yield return ("multipart without boundary", Body("x", "multipart/form-data"));
        yield return ("whole multipart", Body("--x\r\nContent-Disposition: form-data; name=\"pin\"\r\n\r\n1\r\n--x--\r\n", "multipart/form-data; boundary=x"));
        yield return ("1,100 fields", Body(string.Join('&', Enumerable.Range(0, 1_100).Select(field => $"f{field}=1")), "application/x-www-form-urlencoded"));
        yield return ("a long name", Body(new string('n', 5_000) + "=1", "application/x-www-form-urlencoded"));
        yield return ("a zero character", Body("pin=a%00b&password=a%00b", "application/x-www-form-urlencoded"));
        yield return ("JSON", Body("{}", "application/json"));
        yield return ("no media type", Body("pin=1", null));
    }

    private static ByteArrayContent Body(string text, string? type)
    {
        ByteArrayContent body = new(Encoding.UTF8.GetBytes(text));
        if (type is not null)
            body.Headers.TryAddWithoutValidation("Content-Type", type);
        return body;
    }
}

/// <summary>Everything that a host logs.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly List<string> _lines = [];

    /// <summary>The lines so far, each with its exception.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
            _lines.Add($"{logLevel} {formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
