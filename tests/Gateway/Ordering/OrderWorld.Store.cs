using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Tests.Contracts;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>The store and the other relay that the stations speak to.</summary>
internal sealed partial class OrderWorld
{
    private async Task ServeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _store = builder.Build();
        _store.Urls.Add("http://127.0.0.1:0");
        _store.MapGet("/api/v1/leaves", Leaves);
        _store.MapGet("/api/v1/blocks/{hash}/proof", ProofAsync);
        _store.MapGet("/api/v1/relay/{id}", (string id) => Pretend(id) ?? Known(id));
        _store.MapPost("/api/v1/relay", async (RelayRequest request) => Interfere(request) ?? await BringAsync(request));
        await _store.StartAsync();
        _client = new StoreClient(new Uri(_store.Urls.First()), "token");
        WebApplicationBuilder elsewhere = WebApplication.CreateSlimBuilder();
        elsewhere.Logging.ClearProviders();
        _other = elsewhere.Build();
        _other.Urls.Add("http://127.0.0.1:0");
        _other.MapGet("/api/v1/relay/{id}", Known);
        _other.MapPost("/api/v1/relay", async (RelayRequest request) =>
        {
            Elsewhere.Enqueue(request);
            return await BringAsync(request);
        });
        await _other.StartAsync();
        _elsewhere = new StoreClient(new Uri(_other.Urls.First()), token: null);
    }

    private IResult Known(string id) => _relayed.TryGetValue(id, out RelayAnswer? answer) ? Results.Json(answer) : Problem(404, "call_unknown");

    /// <summary>A refusal as a store gives it.</summary>
    public static IResult Problem(int status, string code) =>
        Results.Json(new Problem("Refused.", "Try otherwise.", code), StoreJson.Default.Problem, "application/problem+json", status);

    private IResult Leaves()
    {
        OrderTrigger known = _household.Trigger;
        StandingLeafMessage standing = new(known.Standing.Tier, known.Standing.Salt.ToString(), [.. known.StandingProof.Select(word => word.ToString())]);
        return Results.Json(new OwnLeaves(known.Standing.Epoch, Hash32.Zero.ToString(), null, standing, 0, "0"));
    }

    private async Task<IResult> ProofAsync(string hash)
    {
        await BeforeProof();
        if (!_anchored.TryGetValue(hash, out BlockProof? proof))
        {
            MerkleTree batch = MerkleTree.Of([Hash32.Parse(hash), Keccak256.Hash($"neighbour of {hash}")]);
            await _chain.DoAsync(_chain.Anchor.Anchor(batch.Root, 2));
            proof = new BlockProof(batch.Root.ToString(), [.. batch.Proof(Hash32.Parse(hash)).Select(word => word.ToString())]);
            _anchored[hash] = proof;
        }
        return Results.Json(proof);
    }

    /// <summary>As the store does: the same id is the same transaction. It says "sent" first, so that the gateway has to ask again.</summary>
    private async Task<IResult> BringAsync(RelayRequest request)
    {
        EvmCall call = new(AccountAddress.Parse(request.To), Hex.Decode(request.Data));
        try
        {
            await _chain.Store.SendAndWaitAsync(request.Id, call, RehearsalChain.Patience, default);
            _relayed[request.Id] = new RelayAnswer(request.Id, "mined", null, null);
        }
        catch (EvmRevertedException refusal)
        {
            _relayed[request.Id] = new RelayAnswer(request.Id, "refused", null, refusal.Error);
        }
        return Results.Json(new RelayAnswer(request.Id, "sent", null, null));
    }
}
