using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Joining;

/// <summary>The gateway behind a request, known by its token.</summary>
/// <param name="Gateway">Its name.</param>
/// <param name="Device">Its key's id.</param>
/// <param name="Account">The account that it speaks for.</param>
internal sealed record Household(GatewayId Gateway, DeviceId Device, AccountAddress Account)
{
    /// <summary>Binds the caller of an endpoint from <c>Authorization: Bearer</c>.</summary>
    /// <exception cref="Refusal">No token, or not one that this store gave out.</exception>
    public static async ValueTask<Household?> BindAsync(HttpContext context)
    {
        string? header = context.Request.Headers.Authorization;
        if (header is null || !header.StartsWith("Bearer ", StringComparison.Ordinal))
            throw Refusal.Unauthorized("Send the token from joining as 'Authorization: Bearer ...'.");
        NpgsqlDataSource database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(context.RequestAborted);
        return await connection.QuerySingleOrDefaultAsync<Household>(
            "select gateway, device, account from households where token_hash = @hash and status = 'joined'", new { hash = HashOf(header["Bearer ".Length..]) })
            ?? throw Refusal.Unauthorized("This token is not one that the store gave out. Join with a new invitation.");
    }

    /// <summary>What is stored of a token.</summary>
    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
