using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Telemetry.Series;

/// <summary>What an InfluxDB refused, in words, with the next step.</summary>
internal static class InfluxTrouble
{
    /// <summary>A refusal.</summary>
    /// <param name="options">Whose.</param>
    /// <param name="status">Its HTTP status, or null when it did not answer.</param>
    /// <param name="said">What it or the network said.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    public static StorageException Of(InfluxOptions options, int? status, string? said, Exception? cause) =>
        new($"InfluxDB at {options.Url} refused: {(status is { } code ? $"{code} " : "")}{Foreign.Clean(said?.Trim())}. {NextStep(options, status, said ?? "")}", cause!);

    /// <summary>It did not answer in time.</summary>
    public static StorageException Slow(InfluxOptions options, Exception cause) =>
        new($"InfluxDB at {options.Url} gave no answer within {options.Patience.TotalSeconds:0} s. Look whether it is busy or far away; what waits is sent later.", cause);

    private static string NextStep(InfluxOptions options, int? status, string said)
    {
        if (status == 507 || said.Contains("no space left", StringComparison.OrdinalIgnoreCase))
            return "Its disk is full: make room there, or let it keep less; what waits is sent then.";
        return status switch
        {
            401 or 403 => $"Give it a token that may read and write '{options.Database}' (levels.influx.tokenFile).",
            404 when options.Organization is { } organization && IsAbout(said, "bucket", "organization") =>
                $"Create the bucket '{options.Database}' in its organization '{organization}', or correct both in gateway.json.",
            404 when options.Organization is not null => "It has no interface of InfluxDB 2.x: take levels.influx.organization out for 1.x and 3.x.",
            404 when !IsAbout(said, "database") => "It has no interface of InfluxDB 1.x: name levels.influx.organization for 2.x, or correct levels.influx.url.",
            413 or 429 or 503 => "It has more to do than it can; what waits is sent later.",
            >= 500 => "Look into its log; what waits is sent later.",
            _ => $"Check its address, the database '{options.Database}' and the token.",
        };
    }

    private static bool IsAbout(string said, params ReadOnlySpan<string> words)
    {
        foreach (string word in words)
        {
            if (said.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
