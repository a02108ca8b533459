using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace PantryChain.Ui.Hosting;

/// <summary>Reads the pages' forms, for both hosts.</summary>
public static class Forms
{
    private const string MediaType = "application/x-www-form-urlencoded";

    /// <summary>The form, or null for anything that is none: another media type, more fields than any page has, a field with U+0000, a body that breaks off.</summary>
    /// <remarks>No page sends <c>multipart/form-data</c>, so whatever is wrong with one never matters.</remarks>
    /// <exception cref="BadHttpRequestException">The body is larger than the host takes (413).</exception>
    public static async Task<IFormCollection?> TryReadAsync(HttpContext http)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out MediaTypeHeaderValue? type) || !type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase))
            return null;
        try
        {
            return await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (Exception error) when (error is InvalidDataException or (IOException and not BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }))
        {
            return null;
        }
    }
}
