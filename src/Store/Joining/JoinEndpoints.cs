using PantryChain.Ledger.Contracts;

namespace PantryChain.Store.Joining;

/// <summary>The door for new households.</summary>
internal static class JoinEndpoints
{
    /// <summary><c>POST /api/v1/join</c>.</summary>
    public static void MapJoining(this IEndpointRouteBuilder api) =>
        api.MapPost("join", (JoinBody body, Joiner joiner, ContractSet contracts, CancellationToken stop) => joiner.JoinAsync(JoinRequest.Parse(body, contracts), stop));
}
