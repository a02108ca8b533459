namespace PantryChain.Store.Hosting;

/// <summary>A request that is not granted: an HTTP status, a stable code, what it is about and the caller's next step.</summary>
internal sealed class Refusal(int status, string code, string title, string detail, TimeSpan? retryAfter = null) : Exception($"{title} {detail}")
{
    /// <summary>HTTP status, 400 to 599.</summary>
    public int Status => status;

    /// <summary>Stable machine-readable reason in snake case.</summary>
    public string Code => code;

    /// <summary>What was refused.</summary>
    public string Title => title;

    /// <summary>What to do next.</summary>
    public string Detail => detail;

    /// <summary>Real time after which asking again makes sense, or null where nobody can know.</summary>
    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>400: the request cannot be read as what it should be.</summary>
    public static Refusal Malformed(string detail) => new(400, "malformed", "The request cannot be read.", detail);

    /// <summary>401: no token or an unknown one.</summary>
    public static Refusal Unauthorized(string detail) => new(401, "unauthorized", "Who is asking is not known.", detail);

    /// <summary>404: no such thing, or not the caller's.</summary>
    public static Refusal NotFound(string code, string title, string detail) => new(404, code, title, detail);

    /// <summary>409: it contradicts what the store knows already.</summary>
    public static Refusal Conflict(string code, string title, string detail) => new(409, code, title, detail);
}
