using System.Collections.Concurrent;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace PantryChain.Ui.Hosting;

/// <summary>Style sheets and scripts, kept inside the DLL, so that they are found from any working directory and version.</summary>
public static class UiAssets
{
    /// <summary>Path below which the assets are served.</summary>
    public const string BasePath = "/_content/PantryChain.Ui";

    private const string Prefix = "assets/";
    private static readonly Assembly Home = typeof(UiAssets).Assembly;
    private static readonly HashSet<string> Names = [.. Home.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..])];
    private static readonly ConcurrentDictionary<string, Asset> Loaded = new(StringComparer.Ordinal);

    /// <summary>The address of an asset; it changes with the content, so browsers may keep it for a year.</summary>
    /// <exception cref="ArgumentException">There is no such asset.</exception>
    public static string Href(string name) =>
        Names.Contains(name) ? $"{BasePath}/{name}?v={Load(name).Version}" : throw new ArgumentException($"There is no asset '{name}'.", nameof(name));

    /// <summary>All names, for tests.</summary>
    internal static IReadOnlyCollection<string> All => Names;

    /// <summary>Answers a request for an asset: compressed where the browser takes it, not at all when it has it already.</summary>
    internal static IResult Serve(string? path, HttpContext http)
    {
        if (path is null || !Names.Contains(path))
            return Results.NotFound();
        Asset asset = Load(path);
        bool isCurrent = http.Request.Query["v"] == asset.Version;
        http.Response.Headers.CacheControl = isCurrent ? "public, max-age=31536000, immutable" : "no-cache";
        http.Response.Headers.Vary = "Accept-Encoding";
        http.Response.Headers.ETag = $"\"{asset.Version}\"";
        if (http.Request.Headers.IfNoneMatch == http.Response.Headers.ETag)
            return Results.StatusCode(StatusCodes.Status304NotModified);
        bool zipped = http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (zipped)
            http.Response.Headers.ContentEncoding = "gzip";
        return Results.Bytes(zipped ? asset.Zipped : Unzip(asset.Zipped), ContentType(path));
    }

    private static Asset Load(string name) => Loaded.GetOrAdd(name, static name =>
    {
        using Stream stream = Home.GetManifestResourceStream(Prefix + name)!;
        using MemoryStream zipped = new();
        using SHA256 hash = SHA256.Create();
        using (GZipStream zip = new(zipped, CompressionLevel.Optimal, leaveOpen: true))
        using (CryptoStream hashed = new(zip, hash, CryptoStreamMode.Write))
            stream.CopyTo(hashed);
        return new Asset(zipped.ToArray(), Convert.ToHexStringLower(hash.Hash.AsSpan(0, 6)));
    });

    private static byte[] Unzip(byte[] zipped)
    {
        using GZipStream zip = new(new MemoryStream(zipped), CompressionMode.Decompress);
        using MemoryStream plain = new();
        zip.CopyTo(plain);
        return plain.ToArray();
    }

    private static string ContentType(string path) => Path.GetExtension(path) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };

    private sealed record Asset(byte[] Zipped, string Version);
}
