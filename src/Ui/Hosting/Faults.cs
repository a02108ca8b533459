using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PantryChain.Ui.Hosting;

/// <summary>Logs what failed inside a host, each kind once a minute: whoever finds a request that fails must not be able to fill the disk with it.</summary>
/// <remarks>A kind is an exception's type at a route. Real time. Thread safe.</remarks>
public sealed class FaultLog(ILogger<FaultLog> log, TimeProvider real)
{
    /// <summary>Time between two lines about the same kind.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMinutes(1);

    private const int MostKinds = 256; // routes times types that were ever seen; more share one

    private readonly Dictionary<(string Type, string Route), (long At, int Silent)> _told = [];
    private readonly Lock _lock = new();

    /// <summary>Says that a request failed, with its stack, unless the same kind was said within the last minute.</summary>
    public void Tell(HttpContext http, Exception error)
    {
        (string Type, string Route) kind = (error.GetType().Name, Routes.NameOf(http));
        int silent;
        lock (_lock)
        {
            if (!_told.ContainsKey(kind) && _told.Count >= MostKinds)
                kind = ("", "");
            bool known = _told.TryGetValue(kind, out (long At, int Silent) told);
            if (known && real.GetElapsedTime(told.At) < Pace)
            {
                _told[kind] = told with { Silent = told.Silent + 1 };
                return;
            }
            silent = told.Silent;
            _told[kind] = (real.GetTimestamp(), 0);
        }
        log.LogError(error, "{Route} failed. {Silent} more of this kind since it was told last.", Routes.NameOf(http), silent);
    }
}

/// <summary>What is left when a request throws.</summary>
public static class Faults
{
    /// <summary>Answers what throws; must be the first in the pipeline.</summary>
    /// <param name="app">The host.</param>
    /// <param name="answer">Writes the refusal; it says itself what of it belongs into the log.</param>
    public static void UseFaults(this WebApplication app, Func<HttpContext, Exception, Task> answer) => app.Use(async (http, next) =>
    {
        try
        {
            await next(http);
        }
        catch (Exception error) when (http.RequestAborted.IsCancellationRequested && error is (OperationCanceledException or IOException))
        {
            // who asked is gone
        }
        catch (Exception error) when (http.Response.HasStarted)
        {
            http.RequestServices.GetRequiredService<FaultLog>().Tell(http, error);
            http.Abort(); // half an answer must not pass for a whole one
        }
        catch (Exception error)
        {
            http.Response.Clear();
            SecurityHeaders.Set(http.Response.Headers);
            await answer(http, error);
        }
    });
}
