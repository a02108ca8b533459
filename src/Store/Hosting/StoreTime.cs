using System.Globalization;

namespace PantryChain.Store.Hosting;

/// <summary>Every answer to a gateway tells the store's household time: a gateway whose clock is wrong and that hears no time server learns here that something is (protocol, "The store's HTTP API").</summary>
/// <remarks>Not <c>Date</c>: that is the machine's time, and a rehearsal lives by another.</remarks>
internal static class StoreTime
{
    private const string Header = "PantryChain-Time";

    /// <summary>Adds the header below <c>/api</c>.</summary>
    public static void UseStoreTime(this WebApplication app)
    {
        TimeProvider time = app.Services.GetRequiredService<TimeProvider>();
        app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
                context.Response.OnStarting(() => Task.FromResult(context.Response.Headers[Header] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture))); // a refusal clears what was set before
            return next(context);
        });
    }
}
