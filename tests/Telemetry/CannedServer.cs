using System.Collections.Concurrent;
using System.Net;
using System.Text;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Telemetry.Tests;

/// <summary>An HTTP server that gives recorded answers and keeps what it was asked.</summary>
internal sealed class CannedServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<string, string, (int Status, string Body)?> _answer;

    /// <summary>Answers by path and body; null never answers.</summary>
    public CannedServer(Func<string, string, (int Status, string Body)?> answer)
    {
        _answer = answer;
        Url = new Uri($"http://127.0.0.1:{LoopbackPort.Free()}/");
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Url { get; }

    /// <summary>Path and body of every request so far.</summary>
    public ConcurrentQueue<(string Path, string Body)> Asked { get; } = [];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                await AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // closed
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        string path = context.Request.Url!.AbsolutePath;
        using StreamReader reader = new(context.Request.InputStream);
        string body = await reader.ReadToEndAsync();
        Asked.Enqueue((path, body));
        if (_answer(path, body) is not { } answer)
            return;
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Body.StartsWith('{') ? "application/json" : "text/csv; charset=utf-8";
        byte[] bytes = Encoding.UTF8.GetBytes(answer.Body);
        await context.Response.OutputStream.WriteAsync(bytes);
        context.Response.Close();
    }
}
