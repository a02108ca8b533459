using Microsoft.AspNetCore.Http;

namespace PantryChain.Ui.Hosting;

/// <summary>303 back to a page, so that reloading it never sends the form again (RFC 9110 §15.4.4).</summary>
/// <param name="path">A path on this host.</param>
public sealed class SeeOther(string path) : IResult
{
    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = path;
        return Task.CompletedTask;
    }
}
