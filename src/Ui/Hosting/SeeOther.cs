using Microsoft.AspNetCore.Http;

namespace PantryChain.Ui.Hosting;

/// <summary>303 back to a page, so that reloading it never sends the form again (RFC 9110 §15.4.4).</summary>
/// <param name="path">A path on this host.</param>
public sealed class SeeOther(string path) : IResult
{
    private const int LongestPath = 200;

    /// <summary>True for a path that cannot lead to another host, so that a form may name it.</summary>
    public static bool IsOwnPath(string? path) =>
        path is { Length: > 0 and <= LongestPath } && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal) && path.All(letter => letter is > ' ' and <= '~' and not '\\');

    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = path;
        return Task.CompletedTask;
    }
}
