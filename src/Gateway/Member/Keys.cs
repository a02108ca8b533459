using PantryChain.Gateway.Configuration;
using PantryChain.Ledger.Blocks;

namespace PantryChain.Gateway.Member;

/// <summary>The two keys of a data folder, with the next step in words where one is missing.</summary>
internal static class Keys
{
    /// <summary>The device's key; the caller disposes it.</summary>
    /// <exception cref="UserError">Missing, readable by others, or damaged.</exception>
    public static P256Key LoadDevice(DataFolder folder)
    {
        if (!File.Exists(folder.DeviceKey))
            throw new UserError($"{folder.DeviceKey} does not exist. Run './pantry gateway init --data {folder.Path}' to make the keys.");
        try
        {
            return P256Key.Load(folder.DeviceKey);
        }
        catch (IOException error)
        {
            throw new UserError(error.Message, error);
        }
    }

    /// <summary>The member's key, or null when the PIN is wrong; takes up to some seconds either way. The caller disposes it.</summary>
    /// <remarks>A file of an earlier version is sealed anew on the way; when the disk refuses, the next unlocking tries again.</remarks>
    /// <exception cref="UserError">Missing, readable by others, or damaged.</exception>
    public static P256Key? TryUnlockMember(DataFolder folder, Pin pin)
    {
        try
        {
            P256Key? key = MemberKeyFile.Open(folder.MemberKey, pin.Digits.ToString());
            if (key is not null && MemberKeyFile.IsOutdated(folder.MemberKey))
                TryReplace(folder, key, pin);
            return key;
        }
        catch (IOException error)
        {
            throw new UserError(error.Message, error);
        }
    }

    /// <summary>Seals the member's key under another PIN.</summary>
    /// <exception cref="UserError">The disk refused; the old PIN still opens it.</exception>
    public static void ChangePin(DataFolder folder, P256Key key, Pin pin)
    {
        try
        {
            MemberKeyFile.Replace(folder.MemberKey, key, pin.Digits.ToString());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"The new PIN could not be kept ({error.Message}). The old one still holds.", error);
        }
    }

    private static void TryReplace(DataFolder folder, P256Key key, Pin pin)
    {
        try
        {
            MemberKeyFile.Replace(folder.MemberKey, key, pin.Digits.ToString());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The old file is as it was, and opens; the next unlocking tries again.
        }
    }
}
